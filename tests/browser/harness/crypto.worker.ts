// The messenger's own worker, started under a clock that a test may set wrong.
import './skewed_clock.ts';
import '../../../web/messenger/client/worker.ts';
