// Lexical: its document is changed by what it makes of beforeinput; the page's is drawn from that.
import { $createParagraphNode, $createTextNode, $getRoot, createEditor, FORMAT_TEXT_COMMAND } from 'lexical';
import { registerRichText } from '@lexical/rich-text';
import { createEmptyHistoryState, registerHistory } from '@lexical/history';

e.innerHTML = '<button id="bold">Bold</button><div id="text" contenteditable="true" role="textbox" style="min-height:60px;border:1px solid"></div>';
const editor = createEditor({ namespace: 'page', onError: (error) => { throw error; }, editable: !window.O.readOnly });
editor.setRootElement(text);
if (window.O.readOnly) text.contentEditable = 'false';
registerRichText(editor);
registerHistory(editor, createEmptyHistoryState(), 300);
editor.update(() => {
  const root = $getRoot().clear();
  for (const line of (window.O.value ?? '').split('\n')) root.append($createParagraphNode().append(...(line ? [$createTextNode(line)] : [])));
}, { discrete: true });
bold.onclick = () => editor.dispatchCommand(FORMAT_TEXT_COMMAND, 'bold');
window.model = () => editor.read(() => $getRoot().getChildren().map((one) => one.getTextContent()).join('\n'));
window.strong = () => editor.read(() => $getRoot().getAllTextNodes().filter((one) => one.hasFormat('bold')).map((one) => one.getTextContent()).join('|'));
window.ready = true;
