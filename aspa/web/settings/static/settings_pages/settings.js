/** The settings' small behaviours, each in its own file. */
import "./here.js";
import "./copying.js";
import "./contrast.js";
import "./inserting.js";
import "./days.js";
import "./presence.js";
import "./showing.js";
