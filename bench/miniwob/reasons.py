"""Why a family is not solved, where a run cannot tell it by itself."""

SIGHT = "needs more sight than the oracle has: "
UNWRITTEN = "no oracle is written: "

REASONS = {
    "ascending-numbers": SIGHT + "the numbers vanish with the first click, and the outline does not say where they were",
    "bisect-angle": UNWRITTEN + "geometry of drawn lines",
    "button-delay": "pays by how exactly the seconds are kept; the agent settles after each click and has no clock",
    "chase-circle": UNWRITTEN + "the pointer has to follow a circle continuously; a step takes longer than the circle stays",
    "click-pie": "with one seed the click on the item is done and the page takes no notice of it; the cause is not found",
    "click-pie-nodelay": "as click-pie",
    "drag-items-grid": "where a dropped item goes depends on the half of its neighbour; element drops in the middle",
    "click-menu-2": "half of its tasks name an icon that is drawn; the goal as text says \"the item with the icon\"",
    "click-shape": SIGHT + "letters and digits in colours and sizes",
    "count-shape": SIGHT + "letters and digits in colours and sizes",
    "count-sides": SIGHT + "corners of a drawn polygon",
    "daily-calendar": UNWRITTEN + "its half hours are boxes without text; needs drags by sight in a list that scrolls",
    "drag-cube": UNWRITTEN + "needs a drag that is kept and looked at while it turns a cube; dragAndDrop goes from one point to another",
    "drag-shapes-2": SIGHT + "figures that lie on each other",
    "draw-circle": UNWRITTEN + "needs a drag along a curve; dragAndDrop goes straight from one point to another",
    "hot-cold": UNWRITTEN + "a search with the pointer by the colour that the page takes",
    "hover-shape": UNWRITTEN + "the pointer has to follow a square that jumps; a step takes longer than it stays",
    "moving-items": UNWRITTEN + "the circles are gone sooner than a step is done",
    "order-food": UNWRITTEN + "plus and minus are text beside each other without a sign that they can be clicked: one line of the outline",
    "right-angle": UNWRITTEN + "geometry of drawn lines",
    "simon-says": UNWRITTEN + "the sequence flashes within two seconds of the beginning, before the first look",
    "tic-tac-toe": UNWRITTEN + "its empty squares are boxes without text, to be clicked by sight",
    "book-flight-nodelay": "no flight was in the outline yet when the oracle looked for the cheapest or shortest",
    "text-editor": "the editor takes in a selection some time after the keys, and the next click may come sooner; colours of its "
                   "list are swatches without a name",
    "flight/AA": UNWRITTEN + "a copy of an airline's page in a frame",
    "flight/Alaska": UNWRITTEN + "a copy of an airline's page in a frame",
    "flight/Alaska-auto": UNWRITTEN + "a copy of an airline's page in a frame",
    "flight/Alaska-auto-medium": UNWRITTEN + "a copy of an airline's page in a frame",
}
