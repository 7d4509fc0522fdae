// Tom Select: a list with a field that searches it, and takes new words with {create: true}.
import TomSelect from 'tom-select';
import 'tom-select/dist/css/tom-select.css';

e.innerHTML = `<select id="s" ${window.O.multiple ? 'multiple' : ''}><option value="">Choose</option>${['Apple', 'Bear', 'Cat'].map((one) => `<option>${one}</option>`).join('')}</select>`;
const list = new TomSelect(s, window.O.options ?? {});
window.model = () => [list.getValue()].flat().join();
window.ready = true;
