// noUiSlider: handles that are dragged, or moved by keys.
import noUiSlider from 'nouislider';
import 'nouislider/dist/nouislider.css';

e.style.cssText = 'width:300px;margin:40px';
noUiSlider.create(e, { start: [20, 80], range: { min: 0, max: 100 }, step: 1, animate: false, ...window.O });
window.model = () => [e.noUiSlider.get()].flat().map(Number).join();
window.ready = true;
