// Vue's v-model, with its ways of taking the value late, trimmed or as a number.
import { createApp } from 'vue/dist/vue.esm-bundler.js';

const app = createApp({ data: () => ({ value: window.O.value ?? '', list: [] }), template: window.O.template }).mount(e);
window.model = () => app.value;
window.ready = true;
