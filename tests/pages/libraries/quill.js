// Quill 2: it watches what becomes of the page, and mends it.
import Quill from 'quill';
import 'quill/dist/quill.snow.css';

e.innerHTML = window.O.value ?? '';
const quill = new Quill(e, { theme: 'snow', placeholder: window.O.placeholder, readOnly: window.O.readOnly });
window.quill = quill;
window.model = () => JSON.stringify(quill.getContents().ops);
window.ready = true;
