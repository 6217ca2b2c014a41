/** What the live view uses of the bundle beside this file. */
declare const Plotly: { react: Function; purge: Function; downloadImage: Function; Icons: Record<string, any> };
export default Plotly;
