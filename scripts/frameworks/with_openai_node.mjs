// The official SDK for Node: a stream that submits what its function gave, and a question on a file.
import { createReadStream } from "node:fs";

import OpenAI from "openai";

const client = new OpenAI();
const weather = {
  type: "function",
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};

async function aFunction() {
  const assistant = await client.beta.assistants.create({ model: "gpt-4o", tools: [weather] });
  const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "How warm is it in Rome?" }] });
  const first = client.beta.threads.runs.stream(thread.id, { assistant_id: assistant.id });
  const run = await first.finalRun();
  const outputs = run.required_action.submit_tool_outputs.tool_calls.map((call) => ({
    tool_call_id: call.id,
    output: `20 degrees in ${JSON.parse(call.function.arguments).city}`,
  }));
  let text = "";
  const second = client.beta.threads.runs.submitToolOutputsStream(run.id, { thread_id: thread.id, tool_outputs: outputs });
  second.on("textDelta", (delta) => (text += delta.value));
  const last = await second.finalRun();
  if (last.status !== "completed") throw new Error(JSON.stringify(last.last_error));
  return text;
}

async function aFile(path) {
  const file = await client.files.create({ file: createReadStream(path), purpose: "assistants" });
  const assistant = await client.beta.assistants.create({ model: "gpt-4o", tools: [{ type: "file_search" }] });
  const attachments = [{ file_id: file.id, tools: [{ type: "file_search" }] }];
  const run = await client.beta.threads.createAndRunPoll({
    assistant_id: assistant.id,
    thread: { messages: [{ role: "user", content: "What is Filip's favorite food?", attachments }] },
  });
  if (run.status !== "completed") throw new Error(JSON.stringify(run.last_error));
  const messages = await client.beta.threads.messages.list(run.thread_id);
  return messages.data[0].content[0].text.value;
}

console.log(JSON.stringify({ function: await aFunction(), file: await aFile(process.argv[2]) }));
