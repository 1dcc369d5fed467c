// Asks the service's own endpoints. What texts hold is only ever set as text, never as markup.

const find = id => document.getElementById(id);

const make = (name, text, attributes = {}) => {
  const element = document.createElement(name);
  if (text !== undefined)
    element.textContent = text;
  for (const [key, value] of Object.entries(attributes))
    element.setAttribute(key, value);
  return element;
};

const ask = async (path, request) => {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request),
  });
  const answer = await response.json();
  if (!response.ok)
    throw new Error(answer.error);
  return answer;
};

// A bar for what is a share of one; values of other ranges stand as numbers alone.
const bars = rows => {
  const list = make("ol");
  const shares = rows.every(row => row.score >= 0 && row.score <= 1);
  for (const { text, score } of rows) {
    const item = make("li");
    item.append(make("span", text));
    item.append(shares ? make("progress", undefined, { max: 1, value: score, "aria-label": text }) : make("span", ""));
    item.append(make("data", shares ? `${(100 * score).toFixed(1)} %` : score.toFixed(3), { value: score }));
    list.append(item);
  }
  return list;
};

// The text with its parts from start to end marked; places are UTF-16 units, as JavaScript counts.
const marked = (text, parts) => {
  const passage = make("p", undefined, { class: "passage" });
  let place = 0;
  for (const { start, end, name } of parts) {
    passage.append(text.slice(place, start));
    const mark = make("mark", text.slice(start, end));
    if (name !== undefined)
      mark.append(make("small", name));
    passage.append(mark);
    place = end;
  }
  passage.append(text.slice(place));
  return passage;
};

const cosine = (a, b) => {
  let product = 0, left = 0, right = 0;
  for (let i = 0; i < a.length; i++) {
    product += a[i] * b[i];
    left += a[i] * a[i];
    right += b[i] * b[i];
  }
  return product / Math.sqrt(left * right);
};

const tasks = {
  async predict() {
    const second = find("second");
    const inputs = find("second-field").hidden || second.value === "" ? [[find("first").value]] : [[find("first").value, second.value]];
    const [labels] = await ask("predict", { inputs });
    return [bars(labels.map(({ label, score }) => ({ text: label, score })))];
  },

  async rank() {
    const query = find("query").value;
    const texts = find("texts").value.split("\n").filter(text => text.trim() !== "");
    if (endpoints.has("/rerank")) {
      const label = find("label-field").hidden ? undefined : find("label").value;
      const ranks = await ask("rerank", { query, texts, label });
      return [bars(ranks.map(({ index, score }) => ({ text: texts[index], score })))];
    }
    const [first, ...others] = await ask("embed", { inputs: [query, ...texts] });
    const rows = others.map((vector, index) => ({ text: texts[index], score: cosine(first, vector) }));
    return [bars(rows.sort((a, b) => b.score - a.score))];
  },

  async answer() {
    const context = find("passage").value;
    const answer = await ask("answer", { inputs: { question: find("question").value, context } });
    const parts = answer.start === null ? [] : [answer];
    const candidates = answer.nBest.map(candidate => ({ text: candidate.answer || "(no answer)", score: candidate.score }));
    return [
      make("p", answer.start === null ? "The passage has no answer." : answer.answer, { class: "answer" }),
      marked(context, parts),
      bars(candidates),
    ];
  },

  async entities() {
    const text = find("text").value;
    const { entities } = await ask("entities", { inputs: text });
    const parts = entities.map(({ start, end, type }) => ({ start, end, name: type }));
    return [
      marked(text, parts),
      entities.length === 0 ? make("p", "Nothing was found.") : bars(entities.map(entity => ({ text: `${entity.text} (${entity.type})`, score: entity.score }))),
    ];
  },
};

for (const [id, run] of Object.entries(tasks)) {
  const section = find(id);
  const form = section.querySelector("form");
  const button = form.querySelector("button");
  const result = section.querySelector(".result");
  form.addEventListener("submit", async event => {
    event.preventDefault();
    button.disabled = true;
    try {
      result.replaceChildren(...await run());
    } catch (error) {
      result.replaceChildren(make("p", error.message, { class: "error" }));
    } finally {
      button.disabled = false;
    }
  });
  form.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
      form.requestSubmit();
  });
}

const endpoints = new Set();
try {
  const response = await fetch("info");
  const info = await response.json();
  for (const endpoint of info.endpoints)
    endpoints.add(endpoint);
  find("model").textContent = info.model_id;
  document.title = `${info.model_id} – BertMLNet`;
  find("facts").textContent = `BertMLNet ${info.version}; up to ${info.max_input_length} tokens a row, ${info.max_client_batch_size} rows a request.`;
  const kind = info.model_type.classifier ?? info.model_type.reranker;
  if (kind) {
    const labels = Object.values(kind.id2label);
    find("second-field").hidden = kind.takes_pairs === false;
    find("second").required = kind.takes_pairs === true;
    find("label-field").hidden = labels.length === 1;
    find("label").replaceChildren(...labels.map(label => make("option", label)));
    find("label").selectedIndex = labels.length - 1;
  }
  find("predict").hidden = !endpoints.has("/predict");
  find("rank").hidden = !endpoints.has("/rerank") && !endpoints.has("/embed");
  find("answer").hidden = !endpoints.has("/answer");
  find("entities").hidden = !endpoints.has("/entities");
  document.querySelector("section:not([hidden]) textarea")?.focus();
} catch (error) {
  find("facts").replaceChildren(make("span", `The service does not answer: ${error.message}`, { class: "error" }));
}
