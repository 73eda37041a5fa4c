// SPDX-License-Identifier: Apache-2.0
//
// Asks the address checkers of the npm registry. Standard input: the names to
// add to their lists, one a line, an empty line, then the names to ask about.
// Standard output: the checkers' names, then for each name asked what each of
// them would write instead (nothing: it is content), separated by tabs.
//
// Run beside their node_modules (NODE_PATH).
"use strict";
const fs = require("fs");
const mailcheck = require("mailcheck");
const zootools = require("@zootools/email-spell-checker").default;
const butler = require("email-butler");

const [known, asked] = fs
  .readFileSync(0, "utf8")
  .split("\n\n")
  .map((part) => part.split("\n").filter(Boolean));

// Each with its own list first and the site's names behind it, which is how
// their manuals say to extend them.
const peers = {
  "mailcheck 1.1.1": (email) =>
    mailcheck.run({
      email,
      domains: lists.mailcheck,
    }),
  "zootools 1.12.0": (email) =>
    zootools.run({
      email,
      domains: lists.zootools,
    }),
  "butler 1.0.13": (email) => butler.suggest(email, { domains: lists.butler }),
};
const lists = {
  mailcheck: [...mailcheck.defaultDomains, ...known],
  zootools: [...zootools.POPULAR_DOMAINS, ...known],
  butler: [...butler.defaultValues.domains, ...known],
};

// A checker that throws on what was typed has no answer to it.
function suggestion(ask, name) {
  try {
    const found = ask(`user@${name}`);
    return found && found.domain !== name ? found.domain : "";
  } catch {
    return "";
  }
}

const lines = [Object.keys(peers).join("\t")];
for (const name of asked || []) {
  lines.push(
    Object.values(peers)
      .map((ask) => suggestion(ask, name))
      .join("\t"),
  );
}
fs.writeFileSync(1, lines.join("\n") + "\n");
