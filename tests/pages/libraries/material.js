// Material's web components: each control is in a shadow root.
import '@material/web/all.js';

e.innerHTML = window.O.html;
window.ready = Promise.all([...e.querySelectorAll('*')].map((one) => one.updateComplete)).then(() => { window.ready = true; });
