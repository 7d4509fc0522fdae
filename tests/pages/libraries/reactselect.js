// React Select: choices are drawn while it is open.
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
import Select from 'react-select';

function App() {
  const [value, set] = useState(null);
  window.model = () => [value ?? []].flat().map((one) => one.value).join();
  return h(Select, { inputId: 'f', classNamePrefix: 'rs', value, onChange: set, ...window.O,
    options: ['apple', 'bear', 'cat'].map((one) => ({ value: one, label: one.toUpperCase() })) });
}
createRoot(e).render(h(App));
window.ready = true;
