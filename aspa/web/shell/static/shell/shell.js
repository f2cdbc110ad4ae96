/** Shared behaviours of every screen, each in its own small file. */
import "./menus.js";
import "./dialogs.js";
import "./toasts.js";
import "./times.js";
import "./growing.js";
