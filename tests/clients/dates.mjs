// What edtf.js reads in each text of the list on standard input: its first and last day, null where that is open, or what it cannot read.
import edtf from "edtf";
import { readFileSync } from "node:fs";

const day = (time) => (Number.isFinite(time) ? new Date(time).toISOString().slice(0, 10) : null);

function read(text) {
  try {
    const { min, max } = edtf(text);
    return [day(min), day(max)];
  } catch (error) {
    return error.message;
  }
}

const texts = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map(read)));
