// Drives the JavaScript that a hand-over wrote, with the official client of its target, over a fetch that records.
//
//     node drive.mjs TARGET FOLDER
//
// As drive.py: in FOLDER, each folder holds what was handed over, and `expected.json`, the body that has to be sent.
// Prints a JSON object with the folders for which another body was sent. The packages lie in FOLDER/node_modules.

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";

const [target, parent] = [process.argv[2], resolve(process.argv[3])];
const { resolve: found } = createRequire(join(parent, "drive.mjs"));
const load = (name) => import(pathToFileURL(found(name)));
const module = (folder, name) => import(pathToFileURL(join(parent, folder, name)));

const ANSWER = {
  id: "resp_1", object: "response", created_at: 1, status: "completed", model: "m", parallel_tool_calls: true,
  tool_choice: "auto", tools: [], output_text: "{}",
  output: [{
    id: "msg_1", type: "message", role: "assistant", status: "completed",
    content: [{ type: "output_text", text: "{}", annotations: [] }],
  }],
  usage: {
    input_tokens: 1, output_tokens: 1, total_tokens: 2, input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  },
};

const bodies = [];

async function fetch(url, options) {
  bodies.push(JSON.parse(options.body));
  return new Response(JSON.stringify(ANSWER), { headers: { "content-type": "application/json" } });
}

async function client() {
  const { default: OpenAI } = await load("openai");
  return new OpenAI({ apiKey: "none", baseURL: "https://example.com/v1", fetch, maxRetries: 0 });
}

async function responses(folder) {
  const { answer } = await module(folder, "responses.mjs");
  await answer(await client(), "conv_1", "Hello");
  return bodies[0];
}

async function agentsSdk(folder) {
  const { run, setDefaultOpenAIClient, setTracingDisabled } = await load("@openai/agents");
  setTracingDisabled(true);
  // Only the first is taken for the whole of a process.
  setDefaultOpenAIClient(await client());
  const { makeAgent } = await module(folder, "agent.mjs");
  await run(makeAgent(), "Hello", { conversationId: "conv_1" });
  return bodies[0];
}

/** What the library makes of the file: the text of the system message. */
async function dotprompt(folder) {
  const { Dotprompt } = await load("dotprompt");
  const path = readdirSync(join(parent, folder)).find((name) => name.endsWith(".prompt"));
  if (!path) return {};
  const source = readFileSync(join(parent, folder, path)).toString("utf8");
  const { messages } = await new Dotprompt().render(source, { input: { question: "Hello" } });
  const said = (role) => messages.filter((one) => one.role === role).flatMap((one) => one.content).map((one) => one.text);
  return { system: said("system").join(""), user: said("user").join("") };
}

const DRIVERS = { responses, "agents-sdk": agentsSdk, dotprompt };
const wrong = {};
for (const folder of readdirSync(parent).filter((name) => name !== "node_modules").sort()) {
  const expected = JSON.parse(readFileSync(join(parent, folder, "expected.json"), "utf8"));
  bodies.length = 0;
  try {
    const sent = await DRIVERS[target](folder);
    if (isDeepStrictEqual(sent, expected)) continue;
    const names = Object.keys({ ...expected, ...sent }).filter((name) => !isDeepStrictEqual(sent[name], expected[name]));
    wrong[folder] = Object.fromEntries(names.map((name) => [name, [expected[name] ?? null, sent[name] ?? null]]));
  } catch (error) {
    wrong[folder] = { error: String(error?.stack ?? error).slice(0, 500) };
  }
}
console.log(JSON.stringify(wrong));
