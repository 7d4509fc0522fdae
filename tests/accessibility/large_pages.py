"""Pages that are large because they repeat themselves."""

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def document(title, body):
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'
            f"<h1>{title}</h1>{body}</body></html>")


def card(i):
    """Ten elements."""
    return (f'<div class="card" id="card{i}"><h3>Item {i}</h3><p>Description of item {i} with <b>bold</b> words</p>'
            f'<a href="/item/{i}">Open item {i}</a><span>${i}.99</span><div><button id="b{i}">Buy {i}</button>'
            '<label><input type="checkbox"> pick</label></div></div>')


def product(i):
    return (f'<li><div class="card"><div><div><a href="/p/{i}"><img src="{PIXEL}" alt="Pic {i}"><span>Product {i}</span></a>'
            f"</div><p>Price: <b>${i}.00</b> <i>each</i></p></div><button>Add</button></div></li>")


def cards(elements):
    return document(f"Big {elements}", "\n".join(card(i) for i in range(elements // 10)))


PAGES = {
    "/list.html": document("List page", '<div id="sc" style="height:300px;overflow:auto"><ul>'
                           + "".join(product(i) for i in range(200)) + "</ul></div>"),
    "/big5000.html": cards(5000),
    "/big20000.html": cards(20000),
}
