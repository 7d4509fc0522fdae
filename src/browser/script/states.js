// What a control is at the moment, as the flags at the end of its line.

const FORM = /^(input|select|textarea|button|option|optgroup|fieldset)$/;
const CHECKS = new Set('checkbox radio switch menuitemcheckbox menuitemradio option treeitem'.split(' '));
const SELECTS = new Set('option tab treeitem row gridcell columnheader rowheader'.split(' '));
const OF_GRID = /^(row|columnheader|rowheader)$/;
const isTrue = (e, attribute) => e.getAttribute(attribute) === 'true';
const isPassword = (e) => e.localName === 'input' && e.type === 'password';
function isDisabled(e, role) {
  if (/^(fieldset|optgroup)$/.test(e.localName)) return isTrue(e, 'aria-disabled');  // else what is in it says so
  if (FORM.test(e.localName) && e.matches(':disabled')) return true;
  if (e.localName === 'object') return !e.contentWindow;
  if (MEDIA.test(role) && MEDIA.test(e.localName)) return unplayable(e);
  if (!CONTROLS.has(role)) return isTrue(e, 'aria-disabled') && (!DISSOLVED.has(role) || canFocus(e));
  if (!scan.disables) return false;
  for (let n = e; n; n = up(n)) if (n.hasAttribute('aria-disabled')) return isTrue(n, 'aria-disabled');
  return false;
}
const unplayable = (e) =>
  e.error !== null || e.networkState === HTMLMediaElement.NETWORK_NO_SOURCE || (!e.networkState && !e.srcObject);
const FALSE = /^(false|undefined|)$/;
function checkedOf(e, role) {
  if (!CHECKS.has(role)) return '';
  if (e.localName === 'input' && /^(checkbox|radio)$/.test(e.type)) {
    if (e.indeterminate && e.type === 'checkbox') return 'mixed';
    return e.checked ? 'checked' : '';
  }
  const v = e.getAttribute('aria-checked') ?? '';
  if (v === 'mixed') return /^(checkbox|menuitemcheckbox|option|treeitem)$/.test(role) ? 'mixed' : '';
  return FALSE.test(v) ? '' : 'checked';
}
function selectedOf(e, role) {
  if (e instanceof HTMLOptionElement) return e.selected;
  return SELECTS.has(role) && isTrue(e, 'aria-selected') && (!OF_GRID.test(role) || inGrid(e));
}
// Beyond those of ARIA, what means nothing by itself.
const EXPANDS = new Set(('application button checkbox columnheader combobox gridcell link listbox menuitem menuitemcheckbox '
  + 'menuitemradio row rowheader switch tab treeitem generic').split(' '));
function expandedOf(e, role) {
  if (e.localName === 'summary' && e instanceof HTMLElement && (role === 'summary' || EXPANDS.has(role))) {
    const details = e.parentElement?.localName === 'details' ? e.parentElement : null;
    if (details && summaryOf(details) === e) return details.open ? 'expanded' : 'collapsed';
  }
  const popover = e.localName === 'button'
    && (e.popoverTargetElement ?? (/-popover$/.test(e.command ?? '') ? e.commandForElement : null));
  if (popover) return popover.matches(':popover-open') ? 'expanded' : 'collapsed';
  if (!EXPANDS.has(role) || e.localName === 'select') return '';  // a native list is always told as closed
  const v = e.getAttribute('aria-expanded');
  return v && v !== 'undefined' ? (v === 'false' ? 'collapsed' : 'expanded') : '';
}
const NEVER_READONLY = /^(checkbox|radio|range|color|file|button|submit|reset|image)$/;
function readOnlyOf(e, role) {
  if (e.localName === 'input' && NEVER_READONLY.test(e.type)) return false;
  if (e.readOnly === true) return true;
  if (!scan.readonly || role === 'cell' || e.isContentEditable) return false;
  if (!/^(gridcell|columnheader|rowheader)$/.test(role)) return isTrue(e, 'aria-readonly');
  const grid = closest(up(e), (a) => /^(grid|treegrid)$/.test(a.getAttribute('role')));  // its cells are as it is
  return grid || role === 'gridcell' ? isTrue(e.hasAttribute('aria-readonly') ? e : grid ?? e, 'aria-readonly') : false;
}
const requiredOf = (e, role) => e.required === true || (role !== 'cell' && isTrue(e, 'aria-required'));
function invalidOf(e) {
  const v = e.getAttribute('aria-invalid');
  if (v !== null && v !== '' && v !== 'false') return v === 'grammar' || v === 'spelling' ? v : 'true';
  return FORM.test(e.localName) && e.matches(':user-invalid') ? 'true' : '';
}
function levelOf(e, role) {
  if (role !== 'heading' && role !== 'treeitem') return '';
  const v = e.getAttribute('aria-level');
  const level = v?.trim() ? Math.max(1, parseInt(v, 10) || 0) : 10;
  if (level < 10) return String(level);
  return role === 'heading' ? (/^h[1-6]$/.test(e.localName) ? e.localName[1] : '2') : '';
}

const VALUED = new Set(('textbox,searchbox,combobox,spinbutton,slider,date,datetime,month,week,time input,color,file,'
  + 'progressbar,meter,scrollbar').split(','));
function shownValue(e, role) {
  if (!VALUED.has(role)) return '';
  if (e instanceof HTMLSelectElement) return e.multiple ? '' : tidy(e.selectedOptions[0]?.label ?? '');
  if (role === 'file') return [...(e.files ?? [])].map((f) => f.name).join(', ');
  if (e.hasAttribute('aria-valuetext')) return e.getAttribute('aria-valuetext');
  if (/^(input|textarea|progress|meter)$/.test(e.localName) && e instanceof HTMLElement) {
    return e.localName === 'progress' && !e.hasAttribute('value') ? '' : String(e.value);
  }
  return e.getAttribute('aria-valuenow') ?? '';
}
const inQuotes = (s) => `"${tidy(s).replace(/[\\"]/g, '\\$&')}"`;

// The flags in the order of docs/internals/snapshot.md.
function flagsOf(e, role, name, focused) {
  const flags = [];
  const put = (flag) => { if (flag) flags.push(flag); };
  if (isPassword(e)) put(e.value && 'filled');
  else {
    const value = shownValue(e, role);
    if (value) put(`value=${inQuotes(cut(value, 200))}`);
  }
  const plain = !e.hasAttributes();
  if (!plain) {
    const hintText = e.getAttribute('placeholder') ?? e.getAttribute('aria-placeholder');
    if (hintText && tidy(hintText) !== name) put(`placeholder=${inQuotes(cut(hintText, 100))}`);
  }
  put(checkedOf(e, role));
  if (selectedOf(e, role)) put('selected');
  if (!plain) {
    const pressed = role === 'button' ? e.getAttribute('aria-pressed') : null;
    if (pressed === 'mixed') put('pressed=mixed');
    else if (!FALSE.test(pressed ?? '')) put('pressed');
  }
  put(expandedOf(e, role));
  if (isDisabled(e, role)) put('disabled');
  if (requiredOf(e, role)) put('required');
  if (readOnlyOf(e, role)) put('readonly');
  const invalid = invalidOf(e);
  put(invalid && (invalid === 'true' ? 'invalid' : `invalid=${invalid}`));
  if (e === focused) put('focused');
  if (plain) return flags;
  const popup = e.getAttribute('aria-haspopup');
  if (/^(true|menu|listbox|tree|grid|dialog)$/.test(popup)) put(`haspopup=${popup === 'true' ? 'menu' : popup}`);
  const current = e.getAttribute('aria-current');
  const known = /^(page|step|location|date|time)$/.test(current);
  if (current && current !== 'false') put(known ? `current=${current}` : 'current');
  return flags;
}
