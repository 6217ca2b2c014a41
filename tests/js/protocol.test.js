// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { bytes } from "../../ui/web/kit/decode.js";
import { readMessage } from "../../ui/web/panels/messages.js";

test("a frame is read as it is", () => {
  const frame = { t: "frame", run: 3, from: 0, epoch: 5, state: "playing", train: [1, null] };
  assert.deepEqual(readMessage(JSON.stringify(frame)), frame);
});

test("what is not a message of the channel is nothing, never an error", () => {
  const junk = [
    "",
    "{",
    "null",
    "3",
    "[]",
    "{}",
    '{"t":"frame"}',
    '{"t":"frame","run":"1","epoch":2}',
    '{"t":"frame","run":1,"epoch":1.5}',
    '{"t":"run","run":1}',
    '{"t":"run","run":1,"meta":null}',
    '{"t":"cell"}',
    '{"t":"draw","p":3}',
    '{"t":"neuron","layer":1}',
    '{"t":"error"}',
    '{"t":"key"}',
    '{"t":"key","key":3}',
    '{"t":"constructor"}',
    '{"t":"other","run":1}',
  ];
  for (const text of junk) assert.equal(readMessage(text), null, text);
  assert.equal(readMessage(new Uint8Array(3)), null);
  assert.equal(readMessage(undefined), null);
});

test("base64 gives back its bytes", () => {
  assert.deepEqual([...bytes(btoa(String.fromCharCode(0, 127, 128, 255)))], [0, 127, 128, 255]);
});
