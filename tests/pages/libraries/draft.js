// Draft.js in React: it keeps a selection of its own, which it learns by selectionchange.
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ContentState, Editor, EditorState, RichUtils } from 'draft-js';

window.global ??= window;
function App() {
  const [state, setState] = useState(() => EditorState.createWithContent(ContentState.createFromText(window.O.value ?? '')));
  window.model = () => state.getCurrentContent().getPlainText();
  window.strong = () => state.getCurrentContent().getBlocksAsArray().map((block) =>
    [...block.getText()].filter((_, at) => block.getInlineStyleAt(at).has('BOLD')).join('')).join('|');
  return h('div', null,
    h('button', { id: 'bold', onMouseDown: (event) => { event.preventDefault(); setState(RichUtils.toggleInlineStyle(state, 'BOLD')); } }, 'Bold'),
    h('div', { id: 'box', style: { border: '1px solid', padding: 8 } }, h(Editor, {
      editorState: state,
      onChange: setState,
      placeholder: window.O.placeholder,
      readOnly: window.O.readOnly,
      handleKeyCommand: (command, now) => {
        const next = RichUtils.handleKeyCommand(now, command);
        if (next) setState(next);
        return next ? 'handled' : 'not-handled';
      },
    })));
}
createRoot(e).render(h(App));
window.ready = true;
