// TinyMCE: the text is in a frame, or with {inline: true} in the page.
import tinymce from 'tinymce';
import 'tinymce/models/dom';
import 'tinymce/themes/silver';
import 'tinymce/icons/default';
import 'tinymce/plugins/lists';
import 'tinymce/plugins/link';
import 'tinymce/skins/ui/oxide/skin.css';
import content from 'tinymce/skins/content/default/content.js';

const { value = '', ...options } = window.O;
e.innerHTML = value;
tinymce.init({
  target: e,
  license_key: 'gpl',
  promotion: false,
  skin: false,
  content_css: false,
  content_style: content ?? '',
  menubar: false,
  plugins: 'lists link',
  toolbar: 'undo redo bold italic bullist link',
  entity_encoding: 'raw',
  ...options,
}).then(([editor]) => {
  window.editor = editor;
  window.model = () => editor.getContent();
  window.ready = true;
});
