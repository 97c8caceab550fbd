/** Begins the page: theme first, so that nothing flashes; then what is shown, then the data. */
import { render } from "preact";
import { App } from "./app.tsx";
import { live } from "./data/live.ts";
import { followTheme } from "./data/theme.ts";
import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/parts.css";
import "./style/dialog.css";
import "./style/grid.css";
import "./style/timeline.css";

followTheme();
const page = document.getElementById("page");
if (page !== null) render(<App />, page);
live.start();
