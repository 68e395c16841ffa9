import type { HostNames } from '../model/names.ts';
import type { UiState } from './state.ts';

const NEXT: Readonly<Record<HostNames, HostNames>> = { off: 'public', public: 'all', all: 'off' };

const MESSAGES: Readonly<Record<HostNames, string>> = {
  off: 'names of addresses off',
  public: 'names that were asked for, else of public addresses by DNS; n for private ones too',
  all: 'names that were asked for, else of all addresses by DNS, private ones too',
};

/** Addresses by name: public ones, then all, then none. */
export function nameHosts(state: UiState): UiState {
  const hosts = NEXT[state.names.hosts];
  return { ...state, names: { ...state.names, hosts }, message: MESSAGES[hosts] };
}

/** Ports by the names of services, or as numbers. */
export function namePorts(state: UiState): UiState {
  const services = !state.names.services;
  const message = services ? 'ports by the names in /etc/services' : 'ports as numbers';
  return { ...state, names: { ...state.names, services }, message };
}
