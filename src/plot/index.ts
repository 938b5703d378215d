export { type ConfusionOptions, confusionHeatmap } from "./confusion";
export { describe } from "./describe";
export type { Axis, Figure, Layout, Numbers, Trace } from "./figure";
export { type LearningCurvesOptions, type LineChartOptions, learningCurves, lineChart, type Series } from "./figures";
export { type HeatmapsOptions, heatmapsOverTime, type Panel } from "./heatmaps";
export { type ImageGridOptions, type Images, imageGrid } from "./images";
export { type HistoryLike, type LearningCurveOptions, learningCurve } from "./learning-curve";
export { smallPng } from "./small-png";
export { type DrawnStep, type UnrolledOptions, unrolledDiagram } from "./unrolled";
