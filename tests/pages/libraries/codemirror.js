// CodeMirror 6: only the lines that are seen are in the page.
import { basicSetup, EditorView } from 'codemirror';
import { EditorState, EditorSelection } from '@codemirror/state';

const view = new EditorView({
  parent: e,
  doc: window.O.value ?? '',
  extensions: [basicSetup, EditorState.allowMultipleSelections.of(true), ...(window.O.readOnly ? [EditorState.readOnly.of(true)] : []),
    ...(window.O.uneditable ? [EditorView.editable.of(false)] : []), EditorView.theme({ '&': { height: '200px' } })],
});
window.cursors = (...at) => {
  view.dispatch({ selection: EditorSelection.create(at.map((one) => EditorSelection.cursor(one))) });
  view.focus();
  return true;
};
window.model = () => view.state.doc.toString();
window.ready = true;
