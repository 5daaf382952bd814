import { accessSync, constants } from 'node:fs';
import { DataFileError } from '../../core/errors.ts';
import { isBusy, openDatabase } from './driver.ts';
import { dataFileError, withFile } from './failure.ts';
import { checkVersion, hasContent, refuseOthers } from './file.ts';
import { wantsToWrite } from './readAside.ts';
import { watchSidecars } from './sidecars.ts';

/**
 * Looks at the file before anything is made beside it, such as a lock.
 * @throws DataFileError where it is there and may not be written to, is no ledger, or is one of a newer version
 */
export function refuseForeign(file: string): void {
  refuseOthers(file);
  if (!hasContent(file)) return;
  withFile(file, () => {
    accessSync(file, constants.R_OK | constants.W_OK);
    try {
      lookAt(file);
    } catch (error) {
      // Whoever opens it for writing waits for the other program, and may write beside it.
      if (!isBusy(error) && !wantsToWrite(error)) throw error;
    }
  });
}

function lookAt(file: string): void {
  const tidyUp = watchSidecars(file);
  const sqlite = openDatabase(file, { readonly: true, fileMustExist: true, timeout: 0 });
  try {
    checkVersion(file, sqlite);
  } catch (error) {
    const failure = dataFileError(file, error);
    throw failure instanceof DataFileError ? failure.leaving('nothing was written') : error;
  } finally {
    sqlite.close();
    tidyUp();
  }
}
