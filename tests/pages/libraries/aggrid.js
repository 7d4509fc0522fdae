// AG Grid: rows and columns of which only those that are seen are in the page.
import { AllCommunityModule, createGrid, ModuleRegistry } from 'ag-grid-community';

ModuleRegistry.registerModules([AllCommunityModule]);
const { rows = 3, columns, ...options } = window.O;
const names = ['Ann', 'Bob', 'Cleo', 'Dan', 'Eve'];
const data = [...Array(rows)].map((_, at) => ({ id: at, name: names[at % names.length] + (at < names.length ? '' : at), age: 30 - at, big: at % 2 === 0 }));
e.style.cssText = 'width:600px;height:300px';
const grid = createGrid(e, {
  rowData: data,
  columnDefs: columns ?? [
    { field: 'name', editable: true, filter: true },
    { field: 'age', editable: true, cellEditor: 'agNumberCellEditor' },
    { field: 'big', editable: true },
  ],
  suppressColumnVirtualisation: false,
  animateRows: false,
  ...options,
  onFirstDataRendered: () => { window.ready = true; },
});
window.grid = grid;
window.model = (field = 'name') => {
  const told = [];
  grid.forEachNodeAfterFilterAndSort((node) => told.push(node.data[field]));
  return told.join();
};
window.selected = () => grid.getSelectedRows().map((row) => row.name).join();
