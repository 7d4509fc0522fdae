// ProseMirror: it lets the page change and reads the change, or takes keys itself.
import { EditorState } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { DOMParser } from 'prosemirror-model';
import { schema } from 'prosemirror-schema-basic';
import { exampleSetup } from 'prosemirror-example-setup';
import 'prosemirror-view/style/prosemirror.css';
import 'prosemirror-menu/style/menu.css';
import 'prosemirror-example-setup/style/style.css';

const start = document.createElement('div');
start.innerHTML = window.O.value ?? '';
const view = new EditorView(e, {
  state: EditorState.create({ doc: DOMParser.fromSchema(schema).parse(start), plugins: exampleSetup({ schema }) }),
  editable: () => !window.O.readOnly,
});
window.model = () => view.state.doc.toString();
window.ready = true;
