export { type DemoEvent, type Sensor, type StoryName, sensors, storyNames } from './event.ts';
export { type DemoList, lists } from './lists.ts';
export { loadLists } from './load-lists.ts';
export { createSimulation, type Simulation, type SimulationOptions } from './simulation.ts';
