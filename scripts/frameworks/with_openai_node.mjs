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

async function theExample() {
  const assistant = await client.beta.assistants.create({
    name: "Math Tutor",
    instructions: "You are a personal math tutor. Write and run code to answer math questions.",
    tools: [{ type: "code_interpreter" }],
    model: "gpt-4o",
  });
  const thread = await client.beta.threads.create();
  await client.beta.threads.messages.create(thread.id, {
    role: "user",
    content: "I need to solve the equation `3x + 11 = 14`. Can you help me?",
  });
  const begun = Date.now();
  const run = await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id });
  if (run.status !== "completed") throw new Error(JSON.stringify(run.last_error));
  // It would wait for five seconds between two looks if the server did not say when to look again.
  if (Date.now() - begun > 4500) throw new Error("openai-poll-after-ms was not heeded");
  let printed = "";
  const stream = client.beta.threads.runs
    .stream(thread.id, { assistant_id: assistant.id })
    .on("textCreated", () => (printed += "assistant > "))
    .on("textDelta", (delta) => (printed += delta.value));
  const [message] = await stream.finalMessages();
  if (printed !== `assistant > ${message.content[0].text.value}`) throw new Error(printed);
  const names = [];
  for await (const event of await client.beta.threads.createAndRun({ assistant_id: assistant.id, stream: true }))
    names.push(event.event);
  if (names.at(-1) !== "thread.run.completed" && names.at(-1) !== "done") throw new Error(names.join());
  return printed;
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

const example = await theExample();
console.log(JSON.stringify({ example, function: await aFunction(), file: await aFile(process.argv[2]) }));
