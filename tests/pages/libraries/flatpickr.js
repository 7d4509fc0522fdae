// flatpickr: a readonly field that opens a calendar.
import flatpickr from 'flatpickr';
import 'flatpickr/dist/flatpickr.css';

e.innerHTML = '<input id="f">';
const picker = flatpickr(f, { defaultDate: '2031-05-10', ...window.O });
window.model = () => f.value;
window.ready = true;
