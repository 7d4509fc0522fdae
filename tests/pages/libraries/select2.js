// Select2 on jQuery: a list that hides the page's own.
import jQuery from 'jquery';
import select2 from 'select2/dist/js/select2.full.js';
import 'select2/dist/css/select2.css';

if (!jQuery.fn.select2) select2(window, jQuery);
e.innerHTML = `<select id="s" ${window.O.multiple ? 'multiple' : ''} style="width:200px"><option value=""></option>${['Apple', 'Bear', 'Cat'].map((one) => `<option>${one}</option>`).join('')}</select>`;
jQuery(s).select2({ placeholder: 'Choose', ...window.O }).on('change', () => L('change'));
window.model = () => [...s.selectedOptions].map((one) => one.text).join();
window.ready = true;
