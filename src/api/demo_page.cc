#include "api/demo_page.h"

namespace api {

std::string demo_page() {
  return R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Belay demo</title></head>
<body>
<h1>Belay demo</h1>
<form onsubmit="event.preventDefault(); document.querySelector('#said').textContent = document.querySelector('#name').value">
<label>Name <input id="name" autocomplete="off"></label>
<button id="say">Say it</button>
</form>
<p id="said"></p>
<p><button id="late" disabled>Ready in a while</button></p>
<script>
const late = Number(new URLSearchParams(location.search).get('late') ?? 6)
setTimeout(() => { document.querySelector('#late').disabled = false }, late * 1000)
</script>
</body>
</html>
)";
}

}  // namespace api
