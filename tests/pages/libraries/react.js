// React's own fields: what they show is what the state says.
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';

const kinds = {
  // A field that cannot hold anything but what the state holds.
  upper: () => {
    const [value, set] = useState(window.O.value ?? '');
    window.model = () => value;
    return h('input', { id: 'f', value, onChange: (event) => set(event.target.value.toUpperCase()) });
  },
  text: () => {
    const [value, set] = useState(window.O.value ?? '');
    window.model = () => value;
    return h('textarea', { id: 'f', value, onChange: (event) => set(event.target.value) });
  },
  digits: () => {
    const [value, set] = useState('');
    window.model = () => value;
    return h('input', { id: 'f', value, onChange: (event) => set(event.target.value.replace(/\D/g, '')) });
  },
  box: () => {
    const [value, set] = useState(false);
    window.model = () => value;
    return h('input', { id: 'f', type: 'checkbox', checked: value, onChange: (event) => set(event.target.checked) });
  },
  list: () => {
    const [value, set] = useState('a');
    window.model = () => value;
    return h('select', { id: 'f', value, onChange: (event) => set(event.target.value) },
      ...['a', 'b', 'c'].map((one) => h('option', { key: one, value: one }, one.toUpperCase())));
  },
  range: () => {
    const [value, set] = useState(10);
    window.model = () => value;
    return h('input', { id: 'f', type: 'range', min: 0, max: 100, value, onChange: (event) => set(Number(event.target.value)) });
  },
  // Each key makes a new list; the rows have no keys of their own.
  search: () => {
    const [value, set] = useState('');
    const [chosen, choose] = useState('');
    window.model = () => chosen;
    const found = ['apple', 'apricot', 'banana'].filter((one) => value && one.startsWith(value));
    return h('div', null, h('input', { id: 'f', value, onChange: (event) => set(event.target.value), onBlur: () => setTimeout(() => set(''), 150) }),
      h('ul', null, ...found.map((one) => h('li', { key: one, id: one, onClick: () => choose(one) }, one))));
  },
};
createRoot(e).render(h(kinds[window.O.kind]));
window.ready = true;
