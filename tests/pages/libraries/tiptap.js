// Tiptap, on ProseMirror, with its shorthands: "# " begins a heading.
import { Editor } from '@tiptap/core';
import StarterKit from '@tiptap/starter-kit';

const editor = new Editor({ element: e, extensions: [StarterKit], content: window.O.value ?? '', editable: !window.O.readOnly });
window.model = () => editor.getHTML();
window.ready = true;
