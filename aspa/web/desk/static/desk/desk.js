/** The desk's behaviours, each in its own small file. */
import "./navigate.js";
import "./live.js";
import "./talk.js";
import "./letters.js";
import "./countdown.js";
import "./composer.js";
import "./articles.js";
import "./new_letter.js";
import "./held.js";
import "./bulk.js";
import "./palette.js";
import "./shortcuts.js";
import "./presence.js";
import "./offers.js";
import "./truth.js";
import "./alerts.js";
import "./narrow.js";
import "./keyboard.js";
import "/static/customers/customer.js";
import { connect } from "./stream.js";

connect();
