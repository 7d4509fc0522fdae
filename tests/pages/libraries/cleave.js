// Cleave.js: numbers in groups.
import Cleave from 'cleave.js';

e.innerHTML = '<input id="f">';
const cleave = new Cleave('#f', window.O);
window.model = () => cleave.getRawValue();
window.ready = true;
