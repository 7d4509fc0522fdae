// Choices.js: a list drawn over the page's own.
import Choices from 'choices.js';
import 'choices.js/public/assets/styles/choices.css';

e.innerHTML = `<select id="s" ${window.O.multiple ? 'multiple' : ''}>${['Apple', 'Bear', 'Cat'].map((one) => `<option>${one}</option>`).join('')}</select>`;
const choices = new Choices(s, { shouldSort: false, ...window.O.options });
window.model = () => [choices.getValue(true)].flat().join();
window.ready = true;
