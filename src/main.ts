import { main } from './cli/main.ts';
import { crash, installCrashOutput } from './infrastructure/local/crash.ts';

installCrashOutput();
process.exitCode = await main(process.argv).catch(crash);
