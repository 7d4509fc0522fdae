// What a control is at the moment, as the flags at the end of its line.

const FORM = /^(input|select|textarea|button|option|optgroup|fieldset)$/;
const CHECKS = new Set('checkbox radio switch menuitemcheckbox menuitemradio option treeitem'.split(' '));
const SELECTS = new Set('option tab row gridcell cell columnheader rowheader treeitem'.split(' '));
const isTrue = (e, attribute) => e.getAttribute(attribute) === 'true';
const isPassword = (e) => e.localName === 'input' && e.type === 'password';
function isDisabled(e, role) {
  if (/^(fieldset|optgroup)$/.test(e.localName)) return false;  // what is in it says so
  if (FORM.test(e.localName) && e.matches(':disabled')) return true;
  if (!CONTROLS.has(role)) return isTrue(e, 'aria-disabled') && !DISSOLVED.has(role);
  if (!scan.disables) return false;
  for (let n = e; n; n = up(n)) if (n.hasAttribute('aria-disabled')) return isTrue(n, 'aria-disabled');
  return false;
}
function checkedOf(e, role) {
  if (e.localName === 'input' && /^(checkbox|radio)$/.test(e.type)) {
    if (e.indeterminate && e.type === 'checkbox') return 'mixed';
    return e.checked ? 'checked' : '';
  }
  if (!CHECKS.has(role)) return '';
  const v = e.getAttribute('aria-checked');
  if (v === 'mixed') return /^(checkbox|menuitemcheckbox|option|treeitem)$/.test(role) ? 'mixed' : '';
  return v === 'true' ? 'checked' : '';
}
function selectedOf(e, role) {
  if (e.localName === 'option') return e.selected;
  return SELECTS.has(role) && isTrue(e, 'aria-selected');
}
function expandedOf(e, role) {
  if (role === 'summary') return e.parentElement.open ? 'expanded' : 'collapsed';
  const v = e.getAttribute('aria-expanded');
  if (v && v !== 'undefined') return v === 'false' ? 'collapsed' : 'expanded';
  const popover = e.localName === 'button' && e.popoverTargetElement;
  return popover ? (popover.matches(':popover-open') ? 'expanded' : 'collapsed') : '';
}
const NEVER_READONLY = /^(checkbox|radio|range|color|file|button|submit|reset|image)$/;
function readOnlyOf(e) {
  if (e.localName === 'input' && NEVER_READONLY.test(e.type)) return false;
  return e.readOnly === true || isTrue(e, 'aria-readonly');
}
const requiredOf = (e) => e.required === true || isTrue(e, 'aria-required');
function invalidOf(e) {
  const v = e.getAttribute('aria-invalid');
  if (v !== null && v !== '' && v !== 'false') return v === 'grammar' || v === 'spelling' ? v : 'true';
  return FORM.test(e.localName) && e.matches(':user-invalid') ? 'true' : '';
}
function levelOf(e, role) {
  if (role !== 'heading' && role !== 'treeitem') return '';
  const v = e.getAttribute('aria-level');
  if (/^\d+$/.test(v ?? '')) return String(Math.max(1, Number(v)));
  return role === 'heading' ? (/^h[1-6]$/.test(e.localName) ? e.localName[1] : '2') : '';
}

const VALUED = new Set(('textbox,searchbox,combobox,spinbutton,slider,date,datetime,month,week,time input,color,file,'
  + 'progressbar,meter,scrollbar').split(','));
function shownValue(e, role) {
  if (!VALUED.has(role)) return '';
  if (e.localName === 'select') return e.multiple ? '' : tidy(e.selectedOptions[0]?.label ?? '');
  if (role === 'file') return [...(e.files ?? [])].map((f) => f.name).join(', ');
  if (e.hasAttribute('aria-valuetext')) return e.getAttribute('aria-valuetext');
  if (/^(input|textarea|progress|meter)$/.test(e.localName)) {
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
    if (pressed === 'true') put('pressed');
    if (pressed === 'mixed') put('pressed=mixed');
  }
  put(expandedOf(e, role));
  if (isDisabled(e, role)) put('disabled');
  if (requiredOf(e)) put('required');
  if (readOnlyOf(e)) put('readonly');
  const invalid = invalidOf(e);
  put(invalid && (invalid === 'true' ? 'invalid' : `invalid=${invalid}`));
  if (e === focused) put('focused');
  if (plain) return flags;
  const popup = e.getAttribute('aria-haspopup');
  if (popup && popup !== 'false') put(`haspopup=${/^(menu|listbox|tree|grid|dialog)$/.test(popup) ? popup : 'menu'}`);
  const current = e.getAttribute('aria-current');
  const known = /^(page|step|location|date|time)$/.test(current);
  if (current && current !== 'false') put(known ? `current=${current}` : 'current');
  return flags;
}
