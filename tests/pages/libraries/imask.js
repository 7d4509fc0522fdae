// IMask: what is typed is fitted into a mask.
import IMask from 'imask';

e.innerHTML = '<input id="f">';
const mask = IMask(f, window.O);
window.model = () => mask.value;
window.ready = true;
