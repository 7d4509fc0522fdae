// server.mjs FOLDER MODEL.gguf: a small model behind Chat Completions on the loopback. FOLDER has node_modules. Prints its
// URL once it serves. Greedy, so that equal questions get equal answers; one question at a time.
import {createServer} from "node:http";
import {join} from "node:path";
import {grammarOf} from "./grammar.mjs";

const [folder, modelPath] = process.argv.slice(2);
const {getLlama, LlamaChatSession} = await import(join(folder, "node_modules/node-llama-cpp/dist/index.js"));

const llama = await getLlama({gpu: false, build: "never", logLevel: "error"});
const model = await llama.loadModel({modelPath});
const context = await model.createContext({contextSize: 8192, threads: 1, sequences: 1});
const sequence = context.getSequence();

const kElement = /\[(\d+-\d+)\]/g;
const textOf = (content) => typeof content === "string" ? content : content.map((part) => part.text ?? "").join("\n");

// Everything but the last message is what was said before.
function history(messages) {
  return messages.slice(0, -1).map(({role, content}) =>
    role === "assistant" ? {type: "model", response: [textOf(content)]}
    : {type: role === "user" ? "user" : "system", text: textOf(content)});
}

async function complete({messages, response_format: format, max_tokens: maxTokens, model: name}, signal) {
  const session = new LlamaChatSession({contextSequence: sequence, systemPrompt: ""});
  try {
    session.setChatHistory(history(messages));
    const schema = format?.json_schema?.schema;
    const shown = messages.map(({content}) => textOf(content)).join("\n");
    const ids = [...new Set([...shown.matchAll(kElement)].map((match) => match[1]))];
    const before = sequence.tokenMeter.getState();
    const {responseText, stopReason} = await session.promptWithMeta(textOf(messages.at(-1).content), {
      grammar: schema && await llama.createGrammar({grammar: grammarOf(schema, ids)}),
      maxTokens: maxTokens ?? 1024, temperature: 0, signal, stopOnAbortSignal: true});
    const used = sequence.tokenMeter.diff(before);
    return {id: "local", object: "chat.completion", model: name,
      choices: [{index: 0, finish_reason: stopReason === "maxTokens" ? "length" : "stop",
        message: {role: "assistant", content: responseText}}],
      usage: {prompt_tokens: used.usedInputTokens, completion_tokens: used.usedOutputTokens,
        total_tokens: used.usedInputTokens + used.usedOutputTokens}};
  } finally {
    session.dispose({disposeSequence: false});
  }
}

let turn = Promise.resolve();

async function answer(request, response) {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  let body = "";
  for await (const chunk of request) body += chunk;
  const [status, value] = request.method !== "POST" || request.url !== "/v1/chat/completions"
    ? [404, {error: {message: `no route ${request.method} ${request.url}`}}]
    : await (turn = turn.then(() => complete(JSON.parse(body), gone.signal)).then((said) => [200, said],
      (error) => [500, {error: {message: String(error)}}]));
  if (gone.signal.aborted) return;
  response.writeHead(status, {"content-type": "application/json"});
  response.end(JSON.stringify(value));
}

const server = createServer(answer);
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/v1`));
