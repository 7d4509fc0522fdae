// Radix UI: a dialog, a menu and a list in portals, which close the rest of the page to the pointer.
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
import * as Dialog from '@radix-ui/react-dialog';
import * as Menu from '@radix-ui/react-dropdown-menu';
import * as Select from '@radix-ui/react-select';

const over = { position: 'fixed', inset: 0, background: '#0008' };
const box = { position: 'fixed', left: 100, top: 100, background: 'white', padding: 20 };
function App() {
  const [value, set] = useState('apple');
  window.model = () => value;
  return h('div', null,
    h('button', { id: 'behind', onClick: () => L('behind') }, 'Behind'),
    h(Dialog.Root, null, h(Dialog.Trigger, { id: 'open' }, 'Open'), h(Dialog.Portal, null,
      h(Dialog.Overlay, { id: 'over', style: over }),
      h(Dialog.Content, { id: 'dialog', style: box, 'aria-describedby': undefined }, h(Dialog.Title, null, 'Name'),
        h('input', { id: 'name' }), h(Dialog.Close, { id: 'save', onClick: () => L(document.querySelector('#name').value) }, 'Save')))),
    h(Menu.Root, null, h(Menu.Trigger, { id: 'menu' }, 'Menu'), h(Menu.Portal, null, h(Menu.Content, { id: 'items', style: { background: 'white' } },
      h(Menu.Item, { id: 'cut', onSelect: () => L('cut') }, 'Cut'),
      h(Menu.Sub, null, h(Menu.SubTrigger, { id: 'more' }, 'More'), h(Menu.Portal, null,
        h(Menu.SubContent, { style: { background: 'white' } }, h(Menu.Item, { id: 'deep', onSelect: () => L('deep') }, 'Deep'))))))),
    h(Select.Root, { value, onValueChange: set }, h(Select.Trigger, { id: 'list' }, h(Select.Value)), h(Select.Portal, null,
      h(Select.Content, null, h(Select.Viewport, null, ...['apple', 'bear', 'cat'].map((one) =>
        h(Select.Item, { key: one, value: one, id: `o-${one}` }, h(Select.ItemText, null, one))))))));
}
createRoot(e).render(h(App));
window.ready = true;
