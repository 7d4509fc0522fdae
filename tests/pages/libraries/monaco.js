// Monaco: {editContext: true} for text by the EditContext, false for a hidden textarea.
import * as monaco from 'monaco-editor/editor/editor.api.js';
import 'monaco-editor/editor/editor.main.js';

const nothing = URL.createObjectURL(new Blob(['']));
window.MonacoEnvironment = { getWorker: () => new Worker(nothing) };
e.style.cssText = 'width:600px;height:200px;border:1px solid';
const { cursors, ...options } = window.O;
const editor = monaco.editor.create(e, {
  language: 'plaintext',
  minimap: { enabled: false },
  quickSuggestions: false,
  wordBasedSuggestions: 'off',
  autoClosingBrackets: 'never',
  ...options,
});
window.cursors = (...at) => {
  editor.setSelections(at.map(([line, column]) => new monaco.Selection(line, column, line, column)));
  editor.focus();
  return true;
};
window.editor = editor;
window.model = () => editor.getValue();
window.ready = true;
