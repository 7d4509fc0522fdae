// A program of the TypeScript SDK. Prints one line of JSON with what each call gave. Arguments: the URL of a page, that of the
// model, and "killed" for a program that does not live to close. NODE_MODULES is where the SDK is.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.NODE_MODULES}/`);
const { Stagehand } = require("@browserbasehq/stagehand");
const { z } = require("zod");

const [url, baseURL, fate] = process.argv.slice(2);
const told = { lines: [] };
const stagehand = new Stagehand({
  env: "BROWSERBASE",
  apiKey: "bb-live-key",
  projectId: "proj-1",
  browserbaseSessionCreateParams: { browserSettings: { viewport: { width: 1000, height: 600 } } },
  model: { modelName: "openai/gpt-4o-mini", apiKey: "key-of-the-test", baseURL },
  disablePino: true,
  logger: (line) => told.lines.push(line.message),
});
await stagehand.init();
const page = stagehand.context.pages()[0];
told.status = (await page.goto(url)).status();
told.title = await page.title();
told.size = await page.evaluate(() => [innerWidth, innerHeight]);
if (fate === "killed") process.kill(process.pid, "SIGKILL");
told.acted = await stagehand.act({ selector: "xpath=//input[@id='name']", description: "the name", method: "fill", arguments: ["Ann"] });
told.value = await page.evaluate(() => document.getElementById("name").value);
told.observed = await stagehand.observe("the links");
told.clicked = await stagehand.act("click the next link");
// The client hears of the navigation over a connection of its own, which may be after the server has answered.
const before = page.url();
for (const end = Date.now() + 30_000; page.url() === before && !before.endsWith("/next") && Date.now() < end; )
  await new Promise((resolve) => setTimeout(resolve, 10));
told.after = page.url();
told.extracted = await stagehand.extract("the heading", z.object({ heading: z.string() }));
told.refused = await stagehand.act("click what is not there", { timeout: 1 }).then(() => null, (error) => error.message);
told.agent = await stagehand.agent({ mode: "dom" }).execute({ instruction: "finish", maxSteps: 3 });
told.metrics = await stagehand.metrics;
await stagehand.close();
console.log(JSON.stringify(told));
