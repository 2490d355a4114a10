// On whose machine a company's messages are opened.
import type { Company } from '../../client/api.ts';

const OWN = 'own machine';

export const isOwnMachine = ({ gatewayOperator }: Pick<Company, 'gatewayOperator'>): boolean => !gatewayOperator || gatewayOperator.toLowerCase() === OWN;
