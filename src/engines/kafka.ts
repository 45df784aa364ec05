import type { EventLog } from '../bus/index.ts';
import { type KafkaSettings, openKafkaEventLog } from '../bus/index.ts';
import type { Engine, EnginePlace } from './engine.ts';
import type { KafkaSection } from './kafka-schema.ts';
import { readSecret, type Secret } from './secret.ts';
import { prepareTls } from './tls.ts';

/** The settings with everything read that they name. Plain data. */
export type KafkaOptions = Omit<KafkaSettings, 'sasl'> & {
  readonly group: string;
  readonly sasl?:
    | Extract<NonNullable<KafkaSettings['sasl']>, { username: string }>
    | { readonly mechanism: 'OAUTHBEARER'; readonly token: Secret; readonly folder: string };
};

/** The log of a Kafka cluster. */
export const kafka: Engine<EventLog, EnginePlace, KafkaSection, KafkaOptions> = {
  shared: true,
  schema: async () => (await import('./kafka-schema.ts')).kafkaSchema,
  async prepare({ tls, sasl, group = 'skopos', ...rest }, folder) {
    return {
      ...rest,
      group,
      ...(tls === undefined ? {} : { tls: await prepareTls(tls, folder) }),
      ...(sasl === undefined ? {} : { sasl: await prepareSasl(sasl, folder) }),
    };
  },
  open: (options, { member }) => openKafkaEventLog(kafkaSettings(options, member)),
};

export function kafkaSettings(options: KafkaOptions, member: string | undefined): KafkaSettings {
  const { sasl, group: _, clientId = 'skopos', ...rest } = options;
  return {
    ...rest,
    clientId: member === undefined ? clientId : `${clientId}-${member}`,
    ...(member === undefined ? {} : { groupInstanceId: member }),
    ...(sasl === undefined
      ? {}
      : {
          sasl:
            sasl.mechanism === 'OAUTHBEARER'
              ? { mechanism: sasl.mechanism, token: () => readSecret(sasl.token, sasl.folder) }
              : sasl,
        }),
  };
}

async function prepareSasl(
  sasl: NonNullable<KafkaSection['sasl']>,
  folder: string,
): Promise<NonNullable<KafkaOptions['sasl']>> {
  if (sasl.mechanism === 'OAUTHBEARER') {
    // Read once now, so that a start says what is missing.
    await readSecret(sasl.token, folder);
    return { ...sasl, folder };
  }
  return { ...sasl, password: await readSecret(sasl.password, folder) };
}
