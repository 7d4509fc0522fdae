// What becomes of a text once it has come to its field (typing.js): what the browser itself refuses of it, and whether the field
// goes while the page hears of it.

// By one event after the other. `offer` is what the browser is about to put into the field, `refused` all that it has not put
// there, though nothing that the page did kept it from that.
function followText(t, event) {
  t.event = event;
  if (event.type === 'beforeinput') {
    endOffer(t);
    if (event.data && active() === t.field) t.offer = { text: event.data, events: [event] };
  } else if (event.type === 'textInput') {
    t.offer?.events.push(event);
  } else if (event.type === 'input' && t.offer) {
    t.refused += t.offer.text.slice((event.data ?? t.offer.text).length);
    t.offer = null;
  }
}
// One that nothing came of: the page has let go of it where it prevented an event of it, and the browser otherwise.
function endOffer(t) {
  if (t.offer && !t.offer.events.some((e) => e.defaultPrevented)) t.refused += t.offer.text;
  t.offer = null;
}

// Notes the event that the field goes in, and what is put into an EditContext, of which an editor may keep the caret's line
// alone. What a page does in its handlers, and in what they put off to the end of the same task (promises, as most frameworks
// draw), happens while that event is on its way; what comes later may have any other cause.
function watchHost(t) {
  t.watch = new MutationObserver(() => {
    if (t.host.isConnected) return;
    t.watch.disconnect();
    if (t.event.eventPhase !== Event.NONE) t.went = t.event;
  });
  for (let root = t.host.getRootNode(); root; root = root instanceof ShadowRoot ? root.host.getRootNode() : null)
    t.watch.observe(root, { childList: true, subtree: true });
  t.host.editContext?.addEventListener('textupdate', (event) => { t.put = event.text; }, { once: true });
}
// Whether the page has taken the field away with all of the text in it, or the text before it was put there.
const tookField = ({ went }) => went?.type === 'input' || (went?.type === 'beforeinput' && went.defaultPrevented);
