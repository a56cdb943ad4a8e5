// Runs the official client for the conformance tests: one JSON command a line on stdin, one JSON answer a line on stdout.
"use strict";
const readline = require("node:readline");
const Long = require("long");
const { ServiceBusClient } = require("@azure/service-bus");

const clients = new Map();
const held = new Map();
let nextHandle = 1;

const toMessage = (m) => ({
  body: m.body,
  messageId: m.messageId ?? undefined,
  subject: m.subject ?? undefined,
  correlationId: m.correlationId ?? undefined,
  contentType: m.contentType ?? undefined,
  to: m.to ?? undefined,
  replyTo: m.replyTo ?? undefined,
  sessionId: m.sessionId ?? undefined,
  timeToLive: m.timeToLive ?? undefined,
  scheduledEnqueueTimeUtc: m.scheduledEnqueueTime ? new Date(m.scheduledEnqueueTime) : undefined,
  applicationProperties: m.properties,
});

function fromMessage(message, receiver) {
  const handle = nextHandle++;
  held.set(handle, { message, receiver });
  return {
    handle,
    body: Buffer.isBuffer(message.body) ? message.body.toString("utf8") : String(message.body),
    messageId: message.messageId?.toString(),
    subject: message.subject,
    correlationId: message.correlationId?.toString(),
    contentType: message.contentType,
    deliveryCount: message.deliveryCount ?? 0,
    sequenceNumber: message.sequenceNumber.toString(),
    enqueuedSequenceNumber: message.enqueuedSequenceNumber?.toString(),
    enqueuedTime: message.enqueuedTimeUtc?.toISOString(),
    lockedUntil: message.lockedUntilUtc?.toISOString(),
    state: message.state,
    timeToLive: message.timeToLive,
    properties: message.applicationProperties ?? {},
  };
}

const get = (map, key, make) => map.get(key) ?? (map.set(key, make()), map.get(key));

// "topic/Subscriptions/name" and a trailing "/$deadletterqueue" as the client's own arguments.
function receiverOf(state, entity, receiveMode = "peekLock") {
  return get(state.receivers, `${entity}|${receiveMode}`, () => {
    const deadLetter = entity.endsWith("/$deadletterqueue");
    const path = deadLetter ? entity.slice(0, -"/$deadletterqueue".length) : entity;
    const options = {
      receiveMode,
      maxAutoLockRenewalDurationInMs: 0,
      subQueueType: deadLetter ? "deadLetter" : undefined,
    };
    const [topic, subscription] = path.split(/\/Subscriptions\//i);
    return subscription
      ? state.client.createReceiver(topic, subscription, options)
      : state.client.createReceiver(path, options);
  });
}

const senderOf = (state, entity) => get(state.senders, entity, () => state.client.createSender(entity));
const numbers = (list) => list.map((n) => Long.fromString(n));

const commands = {
  open({ client, connectionString }) {
    clients.set(client, {
      client: new ServiceBusClient(connectionString, {
        retryOptions: { maxRetries: 0, timeoutInMs: 15000, retryDelayInMs: 50 },
      }),
      senders: new Map(),
      receivers: new Map(),
    });
  },
  async close({ client }) {
    const state = clients.get(client);
    clients.delete(client);
    await state?.client.close();
  },
  async send({ state, entity, messages }) {
    for (const message of messages) {
      await senderOf(state, entity).sendMessages(toMessage(message));
    }
  },
  async sendBatch({ state, entity, messages }) {
    const sender = senderOf(state, entity);
    const batch = await sender.createMessageBatch();
    for (const message of messages) {
      if (!batch.tryAddMessage(toMessage(message))) {
        throw new Error("The batch is full.");
      }
    }
    await sender.sendMessages(batch);
  },
  sendLarge: ({ state, entity, bytes }) => senderOf(state, entity).sendMessages({ body: Buffer.alloc(bytes, 97) }),
  async schedule({ state, entity, time, messages }) {
    const found = await senderOf(state, entity).scheduleMessages(messages.map(toMessage), new Date(time));
    return found.map((n) => n.toString());
  },
  cancelScheduled: ({ state, entity, sequenceNumbers }) =>
    senderOf(state, entity).cancelScheduledMessages(numbers(sequenceNumbers)),
  async receive({ state, entity, max, wait, receiveAndDelete }) {
    const receiver = receiverOf(state, entity, receiveAndDelete ? "receiveAndDelete" : "peekLock");
    const messages = await receiver.receiveMessages(max, { maxWaitTimeInMs: wait });
    return messages.map((m) => fromMessage(m, receiver));
  },
  complete: ({ message, receiver }) => receiver.completeMessage(message),
  abandon: ({ message, receiver, changes }) => receiver.abandonMessage(message, changes ?? undefined),
  defer: ({ message, receiver }) => receiver.deferMessage(message),
  deadLetter: ({ message, receiver, reason, description }) =>
    receiver.deadLetterMessage(message, { deadLetterReason: reason, deadLetterErrorDescription: description }),
  renewLock: async ({ message, receiver }) => (await receiver.renewMessageLock(message)).toISOString(),
  async peek({ state, entity, count, from }) {
    const receiver = receiverOf(state, entity);
    const messages = await receiver.peekMessages(count, { fromSequenceNumber: Long.fromString(from) });
    return messages.map((m) => fromMessage(m, receiver));
  },
  async receiveDeferred({ state, entity, sequenceNumbers }) {
    const receiver = receiverOf(state, entity);
    const messages = await receiver.receiveDeferredMessages(numbers(sequenceNumbers));
    return messages.map((m) => fromMessage(m, receiver));
  },
  async closeReceivers({ state, entity }) {
    for (const [key, receiver] of state.receivers) {
      if (key.startsWith(entity + "|")) {
        state.receivers.delete(key);
        await receiver.close();
      }
    }
  },
  acceptSession: ({ state, entity, session }) => state.client.acceptSession(entity, session),
  // Settles each of `count` messages as it comes, with the client's own receive loop.
  async consume({ state, entity, count, concurrency }) {
    const receiver = receiverOf(state, entity);
    let seen = 0;
    await new Promise((resolve, reject) => {
      receiver.subscribe(
        {
          async processMessage(message) {
            await receiver.completeMessage(message);
            if (++seen === count) resolve();
          },
          async processError(args) {
            reject(args.error);
          },
        },
        { autoCompleteMessages: false, maxConcurrentCalls: concurrency ?? 1 },
      );
    });
    state.receivers.delete(`${entity}|peekLock`);
    await receiver.close();
    return seen;
  },
  async sendMany({ state, entity, count, concurrency, bytes }) {
    const sender = senderOf(state, entity);
    const body = Buffer.alloc(bytes);
    let left = count;
    const worker = async () => {
      while (left-- > 0) await sender.sendMessages({ body });
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  },
};

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const command = JSON.parse(line);
  const answer = { id: command.id };
  try {
    const of = held.get(command.handle) ?? {};
    answer.result = await commands[command.do]({ ...command, ...of, state: clients.get(command.client) });
  } catch (error) {
    answer.error = { reason: error.code ?? error.name ?? "Error", message: String(error.message ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}).on("close", () => process.exit(0));
