// SortableJS: with the browser's own drag and drop, or with {forceFallback: true} by the pointer alone.
import Sortable from 'sortablejs';

const items = (names) => names.map((one) => `<li id="${one}" style="padding:6px;border:1px solid;width:120px">${one}</li>`).join('');
e.innerHTML = `<ul id="u">${items(['a', 'b', 'c', 'd'])}</ul><ul id="v" style="min-height:40px">${items(['x'])}</ul>`;
for (const list of [u, v]) Sortable.create(list, { group: 'g', animation: 0, ...window.O });
window.model = () => [u, v].map((list) => [...list.children].map((one) => one.id).join('')).join('|');
window.ready = true;
