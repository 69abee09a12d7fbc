// Why a film cannot be decoded here, as an English sentence with its values, which the
// page shows in the language of the doctor.
export class Refusal extends Error {
  constructor(text, values = {}) {
    super(text);
    this.values = values;
  }
}
