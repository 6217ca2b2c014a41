// What the live view needs of plotly.js: its core (which brings scatter) and the heat map.
import Plotly from "plotly.js/lib/core";
import heatmap from "plotly.js/lib/heatmap";

Plotly.register([heatmap]);
export default Plotly;
