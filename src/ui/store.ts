import { createStore, type StoreApi } from 'zustand/vanilla';
import { type Action, reduce } from './reducer.ts';
import type { FilterReader, UiState } from './state.ts';

export interface UiStore extends StoreApi<UiState> {
  dispatch(action: Action): void;
}

/** Holds the state of the screen; every change goes through the reducer. */
export function createUiStore(initial: UiState, read: FilterReader): UiStore {
  const store = createStore<UiState>(() => initial);
  const dispatch = (action: Action) => store.setState((state) => reduce(state, action, read), true);
  return { ...store, dispatch };
}
