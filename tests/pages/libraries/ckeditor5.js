// CKEditor 5, the classic editor: it takes text by beforeinput and keeps a model of its own.
import { BlockQuote, Bold, ClassicEditor, Essentials, Heading, Italic, Link, List, Paragraph, Table, TableToolbar } from 'ckeditor5';
import 'ckeditor5/ckeditor5.css';

const { value = '', ...options } = window.O;
ClassicEditor.create(e, {
  licenseKey: 'GPL',
  plugins: [BlockQuote, Bold, Essentials, Heading, Italic, Link, List, Paragraph, Table, TableToolbar],
  toolbar: ['heading', '|', 'bold', 'italic', 'link', 'bulletedList', 'blockQuote', 'insertTable', 'undo'],
  initialData: value,
  ...options,
}).then((editor) => {
  window.editor = editor;
  if (options.readOnly) editor.enableReadOnlyMode('test');
  window.model = () => editor.getData();
  window.ready = true;
});
