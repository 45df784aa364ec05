export { type DemoEvent, type Sensor, type StoryName, sensors, storyNames } from './event.ts';
export { type DemoList, lists } from './lists.ts';
export { loadLists } from './load-lists.ts';
export { Player, type PlayOptions, type PlayStatus } from './player.ts';
export { createSender, type Listening, type Sender, type SenderOptions } from './sender.ts';
export { createSimulation, type Simulation, type SimulationOptions } from './simulation.ts';
