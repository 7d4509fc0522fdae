// Slate in React: it takes text by beforeinput, and renders each change anew.
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createEditor, Editor, Node } from 'slate';
import { Editable, Slate, withReact } from 'slate-react';

function App() {
  const [editor] = useState(() => withReact(createEditor()));
  const start = (window.O.value ?? '').split('\n').map((text) => ({ type: 'paragraph', children: [{ text }] }));
  window.model = () => editor.children.map((one) => Node.string(one)).join('\n');
  window.strong = () => [...Node.texts(editor)].filter(([text]) => text.bold).map(([text]) => text.text).join('|');
  const toggle = (event) => {
    event.preventDefault();
    if (Editor.marks(editor)?.bold) Editor.removeMark(editor, 'bold');
    else Editor.addMark(editor, 'bold', true);
  };
  return h(Slate, { editor, initialValue: start },
    h('button', { id: 'bold', onMouseDown: toggle }, 'Bold'),
    h(Editable, {
      id: 'text',
      placeholder: window.O.placeholder,
      readOnly: window.O.readOnly,
      renderLeaf: ({ attributes, children, leaf }) => h('span', attributes, leaf.bold ? h('b', null, children) : children),
    }));
}
createRoot(e).render(h(App));
window.ready = true;
